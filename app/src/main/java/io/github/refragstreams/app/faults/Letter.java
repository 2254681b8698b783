package io.github.refragstreams.app.faults;

/** A dead letter, as far as it can be foreseen. */
record Letter(String code, String key) {
  @Override
  public String toString() {
    return code + " of " + key;
  }
}
