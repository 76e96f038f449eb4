// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.junit;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Invokes a {@link PowerCutTest} once for each phase, or once for the schedule that is asked for. */
final class PowerCutExtension implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return annotation(context).isPresent();
    }

    private static Optional<PowerCutTest> annotation(ExtensionContext context) {
        return context.getTestMethod().flatMap(method -> AnnotationSupport.findAnnotation(method, PowerCutTest.class));
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        PowerCutTest test = annotation(context).orElseThrow();
        Setting setting = setting(test);
        Optional<String> replay = context.getConfigurationParameter(PowerCutTest.REPLAY)
                .or(() -> Optional.ofNullable(System.getProperty(PowerCutTest.REPLAY)))
                .filter(text -> !text.isBlank());
        if (replay.isPresent()) {
            return Stream.of(new ReplayInvocation(setting, replay.get()));
        }
        PhaseSweep sweep = new PhaseSweep(test, setting, name(context.getRequiredTestMethod()));
        return sweep.phases().stream().map(phase -> new PhaseInvocation(sweep, phase));
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "#" + method.getName();
    }

    private static Setting setting(PowerCutTest test) {
        if (test.setting() != PowerCutTest.ByName.class) {
            return make(test.setting()).get();
        }
        return Setting.of(
                Profiles.named(test.profile()), BootLoaders.named(test.boot()), Scenarios.named(test.scenario()));
    }

    private static <T> Supplier<T> make(Class<? extends Supplier<T>> type) {
        try {
            Constructor<? extends Supplier<T>> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true); // a nested class of a test needn't be public
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new ExtensionConfigurationException(type + " needs a constructor without parameters", e);
        }
    }
}
