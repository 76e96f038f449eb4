// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.Rejection;
import io.twinbank.core.suit.Signer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Errors in words; the exceptions' own messages are often the bare path. */
final class Words {
    private Words() {}

    /** What an envelope has of somebody, as the first word of a line. */
    static String kind(Signer signer) {
        return signer.mac() ? "MAC         " : "signature   ";
    }

    static String of(Rejection rejection) {
        String text = rejection.toString();
        return text.substring(text.indexOf(' ') + 1); // without the reason, which stands beside it
    }

    static String of(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or folder";
        }
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (e instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + ": exists already; --force replaces it";
        }
        if (e instanceof FileSystemException other && other.getFile() != null && other.getReason() != null) {
            return other.getFile() + ": " + other.getReason();
        }
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    /** What a stranger wrote must not move the cursor of a terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
