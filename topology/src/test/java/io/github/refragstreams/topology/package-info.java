@NullMarked
package io.github.refragstreams.topology;

import org.jspecify.annotations.NullMarked;
