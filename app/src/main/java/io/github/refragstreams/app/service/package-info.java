/** The running topology. */
@NullMarked
package io.github.refragstreams.app.service;

import org.jspecify.annotations.NullMarked;
