/** The reference of the events: what topics hold, who writes and who reads them. */
@NullMarked
package io.github.refragstreams.app.events;

import org.jspecify.annotations.NullMarked;
