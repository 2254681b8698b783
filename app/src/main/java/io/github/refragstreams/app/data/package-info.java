/** Question and passage files. */
@NullMarked
package io.github.refragstreams.app.data;

import org.jspecify.annotations.NullMarked;
