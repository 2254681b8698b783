/** One YAML file, environment and flags, as typed records that validate themselves. */
@NullMarked
package io.github.refragstreams.app.config;

import org.jspecify.annotations.NullMarked;
