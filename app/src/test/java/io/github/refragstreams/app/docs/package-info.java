/** What the documentation says holds: links, commands, settings. */
@NullMarked
package io.github.refragstreams.app.docs;

import org.jspecify.annotations.NullMarked;
