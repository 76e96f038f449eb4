// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line came to. */
record Run(int exit, String out, String err) {
    static Run otapub(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Otapub.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Run(exit, out.toString(), err.toString());
    }
}
