// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Decides for {@link Needs} whether a test runs. */
final class NeedsExtension implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Set<Part> needed = needed(context);
        List<Part> missing =
                needed.stream().filter(part -> part.find().isEmpty()).toList();
        PartsReport report = PartsReport.of(context);
        List<String> tests = context.getTestMethod()
                .map(method -> List.of(context.getRequiredTestClass().getName() + "." + method.getName()))
                .orElseGet(() -> missing.isEmpty() ? List.of() : testsOf(context.getRequiredTestClass()));
        (missing.isEmpty() ? needed : missing).forEach(part -> report.add(part, missing.isEmpty(), tests));
        if (context.getTestMethod().isEmpty() && !missing.isEmpty()) {
            reportMethodsOf(context.getRequiredTestClass(), report);
        }
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("has " + needed);
        }
        String reason = missing.stream()
                .map(part -> part + " is missing: " + part.remedy())
                .collect(joining("; "));
        if (missing.stream().anyMatch(NeedsExtension::isRequired)) {
            throw new ExtensionConfigurationException(reason + " (a failure because of -Dparts.required)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static Set<Part> needed(ExtensionContext context) {
        Set<Part> needed = EnumSet.noneOf(Part.class);
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<AnnotatedElement> element = at.get().getElement();
            AnnotationSupport.findAnnotation(element, Needs.class)
                    .ifPresent(needs -> needed.addAll(List.of(needs.value())));
        }
        return needed;
    }

    /** The tests that a skipped class would have run, so that they are counted too. */
    private static List<String> testsOf(Class<?> type) {
        List<String> tests = new ArrayList<>();
        for (Method method :
                AnnotationSupport.findAnnotatedMethods(type, Testable.class, HierarchyTraversalMode.TOP_DOWN)) {
            tests.add(type.getName() + "." + method.getName());
        }
        return tests;
    }

    /** What the methods of a skipped class would have missed besides: nobody will ask them. */
    private static void reportMethodsOf(Class<?> type, PartsReport report) {
        for (Method method :
                AnnotationSupport.findAnnotatedMethods(type, Needs.class, HierarchyTraversalMode.TOP_DOWN)) {
            for (Part part : method.getAnnotation(Needs.class).value()) {
                if (part.find().isEmpty()) {
                    report.add(part, false, List.of(type.getName() + "." + method.getName()));
                }
            }
        }
    }

    private static boolean isRequired(Part part) {
        String required = System.getProperty("parts.required", "").toUpperCase(Locale.ROOT);
        return List.of(required.split("[,\\s]+")).contains(part.name())
                || required.trim().equals("ALL");
    }
}
