// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.junit;

import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** A phase of a {@link PowerCutTest}: judged after the method, which may have said more about it. */
record PhaseInvocation(PhaseSweep sweep, String phase) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int number) {
        return phase;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(new Parameter(), new Verification());
    }

    private final class Parameter implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == PowerCuts.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return sweep.cuts(phase);
        }
    }

    private final class Verification implements AfterTestExecutionCallback {
        @Override
        public void afterTestExecution(ExtensionContext context) {
            if (context.getExecutionException().isEmpty()) {
                sweep.verify(phase);
            }
        }
    }
}
