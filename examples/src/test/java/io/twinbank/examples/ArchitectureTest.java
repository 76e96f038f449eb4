// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.twinbank.core.OtaAgent;
import io.twinbank.hal.Platform;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of the house. Each says why; a rule that stands in the way is changed here, with its reason. */
@AnalyzeClasses(
        packages = "io.twinbank",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoContractSuites.class})
class ArchitectureTest {
    private static final String HAL = "io.twinbank.hal..";
    private static final String CORE = "io.twinbank.core..";
    private static final String MQTT = "io.twinbank.mqtt..";
    private static final String DAEMON = "io.twinbank.agentd..";
    private static final String[] JDK = {"java..", "javax..", "org.jspecify.."};

    /** The places that turn the agent's one seam into the JDK's threads and clock. */
    private static final String SEAMS = "io\\.twinbank\\.(core\\.internal\\.(ThreadScheduler|TaskThread)"
            + "|mqtt\\.(DaemonThreads|SystemClock))(\\$.*)?";

    /** The contract suites come as a jar of tests, which isn't told by its name. */
    static final class NoContractSuites implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/io/twinbank/hal/contract/");
        }
    }

    @ArchTest
    static final ArchRule halKnowsNobody = classes()
            .that()
            .resideInAPackage(HAL)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(JDK, HAL))
            .because("a board author must not inherit a library");

    @ArchTest
    static final ArchRule coreKnowsTheHalAndFewLibraries = classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(
                    JDK,
                    "io.twinbank.hal",
                    CORE,
                    "org.slf4j..",
                    "org.bouncycastle.crypto..",
                    "org.bouncycastle.pqc.crypto..",
                    "io.airlift.compress.zstd..",
                    "com.github.luben.zstd.."))
            .because("dependencies point downwards, hal.linux is one choice of a board's author,"
                    + " and of BouncyCastle only the lightweight classes are used");

    @ArchTest
    static final ArchRule mqttKnowsTheCoreAndPaho = classes()
            .that()
            .resideInAPackage(MQTT)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(
                    JDK,
                    "io.twinbank.core",
                    "io.twinbank.core.cbor",
                    "io.twinbank.core.json",
                    "io.twinbank.core.spi",
                    "io.twinbank.core.suit",
                    MQTT,
                    "org.slf4j..",
                    "org.eclipse.paho.."))
            .because("a transport is written against what everybody else has");

    @ArchTest
    static final ArchRule formatsDoNotKnowTheEngine = noClasses()
            .that()
            .resideInAnyPackage("io.twinbank.core.cbor..", "io.twinbank.core.cose..", "io.twinbank.core.suit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.twinbank.core.internal..", "io.twinbank.core.spi..")
            .because("the publisher runs the same verification without an engine");

    @ArchTest
    static final ArchRule cborKnowsOnlyRejections = classes()
            .that()
            .resideInAPackage("io.twinbank.core.cbor..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(JDK, "io.twinbank.core", "io.twinbank.core.cbor.."))
            .because("it is the first code that hostile bytes meet, and is fuzzed alone");

    @ArchTest
    static final ArchRule jsonKnowsNobody = classes()
            .that()
            .resideInAPackage("io.twinbank.core.json..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(JDK, "io.twinbank.core.json.."))
            .because("it reads what a broker sends before anything is checked, and is fuzzed alone");

    @ArchTest
    static final ArchRule policyKnowsFormatsOnly = classes()
            .that()
            .resideInAPackage("io.twinbank.core.policy..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(
                    JDK,
                    "io.twinbank.core",
                    "io.twinbank.core.cbor",
                    "io.twinbank.core.suit",
                    "io.twinbank.core.policy.."))
            .because("it decides from its arguments alone, so that years of it run in seconds");

    @ArchTest
    static final ArchRule daemonIsMadeOfWhatEverybodyHas = classes()
            .that()
            .resideInAPackage(DAEMON)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(
                    JDK,
                    HAL,
                    "io.twinbank.core",
                    "io.twinbank.core.json",
                    "io.twinbank.core.policy",
                    "io.twinbank.core.spi",
                    "io.twinbank.core.suit",
                    MQTT,
                    DAEMON,
                    "org.slf4j..",
                    "picocli.."))
            .because("what it can't do by the API an embedder can't do either");

    @ArchTest
    static final ArchRule nothingKnowsTheDaemon = noClasses()
            .that()
            .resideOutsideOfPackage(DAEMON)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(DAEMON);

    @ArchTest
    static final ArchRule nothingKnowsTheSimulator = noClasses()
            .that()
            .resideOutsideOfPackage("io.twinbank.simulator..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.twinbank.simulator..");

    @ArchTest
    static final ArchRule fewOfTheSimulatorKnowTheTransport = noClasses()
            .that()
            .resideInAPackage("io.twinbank.simulator..")
            .and()
            .resideOutsideOfPackages("io.twinbank.simulator.app..", "io.twinbank.simulator.network..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(MQTT)
            .because("whoever sweeps a board needs no MQTT: it is optional there");

    @ArchTest
    static final ArchRule onlyTheSimulatedNetworkTakesThePlaceOfPaho = noClasses()
            .that()
            .resideOutsideOfPackages(MQTT, "io.twinbank.simulator.network..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.twinbank.mqtt.internal..")
            .because("it isn't API");

    @ArchTest
    static final ArchRule noDeviceKnowsThePublisher = noClasses()
            .that()
            .resideInAnyPackage(HAL, CORE, MQTT, DAEMON)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.twinbank.publisher..");

    @ArchTest
    static final ArchRule signaturesShowOnlyTheApi = classes()
            .that()
            .resideInAnyPackage(HAL, CORE, MQTT)
            .and()
            .resideOutsideOfPackage("..internal..")
            .and()
            .arePublic()
            .should(showOnly(resideInAnyPackage(with(
                            JDK,
                            "",
                            "io.twinbank.hal..",
                            "io.twinbank.core",
                            "io.twinbank.core.policy",
                            "io.twinbank.core.spi",
                            "io.twinbank.core.cbor",
                            "io.twinbank.core.command",
                            "io.twinbank.core.cose",
                            "io.twinbank.core.json",
                            "io.twinbank.core.suit",
                            MQTT))
                    .as("the API and the JDK")))
            .because("what is internal, and whose library is used, may change in a minor release");

    @ArchTest
    static final ArchRule agentsDoNotPrintExitSleepOrReadTheClock = noClasses()
            .that()
            .resideInAnyPackage(HAL, CORE, MQTT)
            .and(not(nameMatching(SEAMS)))
            .should()
            .accessTargetWhere(accessTo(
                    "System\\.(out|err|in|exit|nanoTime|currentTimeMillis)",
                    "Thread\\.(sleep|onSpinWait)",
                    "Runtime\\.(exit|halt|addShutdownHook)",
                    "(Instant|LocalDate|LocalTime|LocalDateTime|ZonedDateTime|OffsetDateTime)\\.now",
                    "Clock\\.(system.*|tick.*)"))
            .because("time comes from DeviceClock and delays from Scheduler, so that the simulator runs the same code");

    @ArchTest
    static final ArchRule threadsComeFromTheSeams = noClasses()
            .that()
            .resideInAnyPackage(HAL, CORE, MQTT)
            .and(not(nameMatching(SEAMS)))
            .should()
            .accessTargetWhere(accessTo(
                    "(Thread|Timer|ForkJoinPool|ThreadPoolExecutor|ScheduledThreadPoolExecutor)\\.<init>",
                    "Executors\\..*",
                    "CompletableFuture\\.(supplyAsync|runAsync|delayedExecutor|orTimeout|completeOnTimeout)",
                    "ForkJoinPool\\.commonPool"))
            .because("every thread is named, counted and ended by close()");

    @ArchTest
    static final ArchRule noGlobalSecurityProviders = noClasses()
            .that()
            .resideInAnyPackage(HAL, CORE, MQTT, "io.twinbank.publisher..")
            .should()
            .accessTargetWhere(accessTo("Security\\.(addProvider|insertProviderAt|removeProvider|setProperty)"))
            .because("the process belongs to the embedder");

    @ArchTest
    static final ArchRule noDiceInTheCore = noClasses()
            .that()
            .resideInAnyPackage(HAL, CORE)
            .should()
            .accessTargetWhere(accessTo(
                    "(Random|SecureRandom|ThreadLocalRandom)\\.(<init>|current|getInstance|getInstanceStrong)",
                    "SplittableRandom\\.<init>\\(\\)",
                    "Math\\.random",
                    "UUID\\.randomUUID"))
            .because("a run must be repeatable from its seed, and no generator that fails or blocks may stop a gateway;"
                    + " what must not be guessed is the publisher's");

    @ArchTest
    static final ArchRule noStaticState = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(HAL, CORE, MQTT, DAEMON, "io.twinbank.simulator..")
            .and()
            .areStatic()
            .should(new ArchCondition<>("be final") {
                @Override
                public void check(JavaField field, ConditionEvents events) {
                    boolean ours = !field.getModifiers().contains(JavaModifier.SYNTHETIC);
                    boolean changes = !field.getModifiers().contains(JavaModifier.FINAL);
                    events.add(new SimpleConditionEvent(field, !(ours && changes), field.getFullName()));
                }
            })
            .because("two agents in one process, and a simulator that starts thousands, must not meet");

    @ArchTest
    static final ArchRule packagesAreNullMarked = classes()
            .that()
            .resideInAnyPackage(HAL, CORE, MQTT, DAEMON)
            .and()
            .doNotHaveSimpleName("module-info")
            .should(new ArchCondition<>("be in a @NullMarked package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                    events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " isn't @NullMarked"));
                }
            });

    @Test
    void modules_exports_areTheApiPackagesOnly() throws URISyntaxException {
        assertEquals(Set.of("io.twinbank.hal", "io.twinbank.hal.linux"), exportsOf(Platform.class));
        Set<String> core = exportsOf(OtaAgent.class);
        assertTrue(core.containsAll(Set.of("io.twinbank.core", "io.twinbank.core.spi")), core.toString());
        assertTrue(core.stream().noneMatch(name -> name.contains("internal")), core.toString());
    }

    private static Set<String> exportsOf(Class<?> type) throws URISyntaxException {
        Path home =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor module =
                ModuleFinder.of(home).findAll().iterator().next().descriptor();
        return module.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String[] with(String[] packages, String... more) {
        String[] all = new String[packages.length + more.length];
        System.arraycopy(packages, 0, all, 0, packages.length);
        System.arraycopy(more, 0, all, packages.length, more.length);
        return all;
    }

    /** Matches {@code SimpleName.member}, or one overload with its parameters, of the JDK. */
    private static DescribedPredicate<JavaAccess<?>> accessTo(String... members) {
        String pattern = "java\\.[a-z.]+\\.(" + String.join("|", members) + ")(\\(.*\\))?";
        return DescribedPredicate.describe(
                "matches " + pattern, access -> access.getTarget().getFullName().matches(pattern));
    }

    private static ArchCondition<JavaClass> showOnly(DescribedPredicate<JavaClass> allowed) {
        return new ArchCondition<>("show only " + allowed.getDescription() + " in its signatures") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getAllRawInterfaces().forEach(shown -> report(type, type.getName(), shown, events));
                type.getAllRawSuperclasses().forEach(shown -> report(type, type.getName(), shown, events));
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (isVisible(unit.getModifiers())) {
                        Set<JavaClass> shown = new HashSet<>(unit.getAllInvolvedRawTypes());
                        shown.addAll(unit.getExceptionTypes());
                        shown.forEach(each -> report(type, unit.getFullName(), each, events));
                    }
                }
                for (JavaField field : type.getFields()) {
                    if (isVisible(field.getModifiers())) {
                        report(type, field.getFullName(), field.getRawType(), events);
                    }
                }
            }

            private void report(JavaClass type, String where, JavaClass shown, ConditionEvents events) {
                boolean good = allowed.test(shown.getBaseComponentType());
                events.add(new SimpleConditionEvent(type, good, where + " shows " + shown.getName()));
            }
        };
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return !modifiers.contains(JavaModifier.SYNTHETIC)
                && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
    }
}
