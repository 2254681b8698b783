@NullMarked
package io.github.refragstreams.topology.internal.answer;

import org.jspecify.annotations.NullMarked;
