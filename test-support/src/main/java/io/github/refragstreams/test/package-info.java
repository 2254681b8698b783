/** What tests of several modules need. */
@NullMarked
package io.github.refragstreams.test;

import org.jspecify.annotations.NullMarked;
