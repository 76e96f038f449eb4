// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.junit;

import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Schedule;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** The one schedule that was asked for; the test's method, which asserts things about phases, isn't called. */
record ReplayInvocation(Setting setting, String text) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int number) {
        return "replay " + text;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(new Parameter(), new InPlace());
    }

    private void replay() {
        int colon = text.indexOf(':');
        boolean named = text.indexOf('/') >= 0 && colon > 0;
        if (named && !text.substring(0, colon).equals(setting.toString())) {
            throw new TestAbortedException("the schedule is of another board than " + setting);
        }
        Schedule schedule = Schedule.parse(named ? text.substring(colon + 1) : text);
        Replay replay = Replay.of(setting, schedule);
        if (!replay.violations().isEmpty()) {
            throw new AssertionFailedError(setting + ":" + schedule + " ends badly: " + replay.violations());
        }
        if (replay.fired().size() < schedule.faults().size()) {
            throw new AssertionFailedError("only " + replay.fired() + " of " + schedule + " struck: nothing is proved");
        }
    }

    private static final class Parameter implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == PowerCuts.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return new PowerCuts("", List.of());
        }
    }

    private final class InPlace implements InvocationInterceptor {
        @Override
        public void interceptTestTemplateMethod(
                Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context) {
            invocation.skip();
            replay();
        }
    }
}
