/** The answer sub-topology: joins queries with their passages and answers each query once. */
@NullMarked
package io.github.refragstreams.topology.internal.answer;

import org.jspecify.annotations.NullMarked;
