/**
 * The console: a page for browsers, plain files of this package's resources, and what it asks for
 * besides the API.
 */
@NullMarked
package io.github.refragstreams.app.console;

import org.jspecify.annotations.NullMarked;
