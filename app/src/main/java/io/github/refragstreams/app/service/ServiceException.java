package io.github.refragstreams.app.service;

import org.jspecify.annotations.Nullable;

/** The topology does not run. */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
