// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A real part that some tests run against; see {@link Needs}. */
public enum Part {
    /** The MQTT broker. */
    MOSQUITTO("mosquitto", "apt-get install mosquitto"),
    /** The web server. */
    NGINX("nginx", "apt-get install nginx"),
    /** The HTTP proxy. */
    SQUID("squid", "apt-get install squid"),
    /** The command line tool. */
    OPENSSL("openssl", "apt-get install openssl"),
    /** A PKCS#11 token in software. */
    SOFTHSM("softhsm2-util", "apt-get install softhsm2"),
    /** The command line tool for PKCS#11 tokens. */
    OPENSC("pkcs11-tool", "apt-get install opensc"),
    /** Another command line tool for them, which can mark a certificate as trusted. */
    P11TOOL("p11tool", "apt-get install gnutls-bin"),
    /** A TPM in software. */
    SWTPM("swtpm", "apt-get install swtpm"),
    /** The command line tools for TPMs. */
    TPM2_TOOLS("tpm2_nvdefine", "apt-get install tpm2-tools libtss2-tcti-swtpm0"),
    /** A TPM as a PKCS#11 token. */
    TPM2_PKCS11("tpm2_ptool", "apt-get install libtpm2-pkcs11-1 libtpm2-pkcs11-tools"),
    /** The broker that shares a TPM among programs. */
    TPM2_ABRMD("tpm2-abrmd", "apt-get install tpm2-abrmd libtss2-tcti-tabrmd0 dbus-daemon"),
    /** U-Boot's environment from Linux. */
    LIBUBOOTENV("fw_setenv", "apt-get install libubootenv-tool"),
    /** Tools that make U-Boot's images and environments. */
    UBOOT_TOOLS("mkenvimage", "apt-get install u-boot-tools"),
    /** U-Boot for a board of QEMU's. */
    UBOOT("/usr/lib/u-boot/qemu_arm64/u-boot.bin", "apt-get install u-boot-qemu"),
    /** An ARM board in software. */
    QEMU_ARM("qemu-system-aarch64", "apt-get install qemu-system-arm"),
    /** GRUB's environment block. */
    GRUB("grub-editenv", "apt-get install grub-common"),
    /** Block devices on files, for root. */
    LOOP_DEVICE("/dev/loop-control", "run as root where the kernel has loop devices"),
    /** GRUB itself, for a PC. */
    GRUB_PC("/usr/lib/grub/i386-pc/boot.img", "apt-get install grub-pc-bin"),
    /** A PC in software. */
    QEMU_X86("qemu-system-x86_64", "apt-get install qemu-system-x86"),
    /** Another update agent, on the same boot variables. */
    RAUC("rauc", "apt-get install rauc"),
    /** A message bus between processes. */
    DBUS("dbus-daemon", "apt-get install dbus-daemon"),
    /** Files on a FAT file system, without mounting it. */
    MTOOLS("mcopy", "apt-get install mtools"),
    /** File systems that are mounted for a test. */
    MOUNT("mount", "run as root, where mounting is allowed"),
    /** An HTTP proxy with a login. */
    TINYPROXY("tinyproxy", "apt-get install tinyproxy"),
    /** Network namespaces with links of their own. */
    NETNS("ip", "apt-get install iproute2, and run as root, where that is allowed"),
    /** Packets that are lost on purpose. */
    NFTABLES("nft", "apt-get install nftables"),
    /** A browser. */
    CHROMIUM("chromium", "apt-get install chromium"),
    /** Vectors that others made; see {@link Vectors}. */
    VECTORS("", "-Dvectors.dir=FOLDER");

    private static final String MORE_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin";
    /** {@code CAP_SYS_ADMIN} in {@code linux/capability.h}. */
    private static final long SYS_ADMIN = 1L << 21;

    private final String executable;
    private final String remedy;

    Part(String executable, String remedy) {
        this.executable = executable;
        this.remedy = remedy;
    }

    /**
     * Looks for the part on this machine.
     *
     * @return the executable, on the {@code PATH} or where Debian has its daemons, or the file or folder
     */
    public Optional<Path> find() {
        if (System.getProperty("parts.hidden", "").equals("all")) {
            return Optional.empty(); // what a run on a machine with none of them says
        }
        if (this == VECTORS) {
            return Vectors.root();
        }
        if (this == LOOP_DEVICE) {
            return Optional.of(Path.of(executable)).filter(Files::isWritable);
        }
        if (executable.startsWith("/")) {
            return Optional.of(Path.of(executable)).filter(Files::isReadable);
        }
        if ((this == MOUNT || this == NETNS) && !mayAdminister()) {
            return Optional.empty();
        }
        String folders = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + MORE_FOLDERS;
        return Stream.of(folders.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, executable))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Whether the kernel lets this process mount and make namespaces: in a container root alone doesn't. */
    private static boolean mayAdminister() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(capabilities -> (capabilities & SYS_ADMIN) != 0);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns the part, for a test that needs it.
     *
     * @return where it is
     * @throws IllegalStateException if it isn't there: the test lacks its {@code @Needs}
     */
    public Path path() {
        return find().orElseThrow(() -> new IllegalStateException(this + " isn't here: annotate with @Needs"));
    }

    /** What a person does to have the part. */
    String remedy() {
        return remedy;
    }
}
