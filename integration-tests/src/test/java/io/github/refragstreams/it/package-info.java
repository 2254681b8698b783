@NullMarked
package io.github.refragstreams.it;

import org.jspecify.annotations.NullMarked;
