// SPDX-License-Identifier: Apache-2.0
/**
 * What a site lets an update do, and when: {@link io.twinbank.core.policy.SitePolicy} decides, from what is so now ({@link
 * io.twinbank.core.policy.Situation}) and what was before ({@link io.twinbank.core.policy.Standing}). All of it is pure: no
 * clock, no storage, no threads. The order of the restrictions and examples of sites are in docs/policy.md.
 */
@NullMarked
package io.twinbank.core.policy;

import org.jspecify.annotations.NullMarked;
