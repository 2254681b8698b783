package io.github.refragstreams.app.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails when there is more to read than expected: few packed bytes may be very many unpacked. */
final class BoundedInput extends FilterInputStream {
  private final long most;
  private long read;

  /**
   * @param in closed with this stream
   */
  BoundedInput(InputStream in, long most) {
    super(in);
    this.most = most;
  }

  @Override
  public int read() throws IOException {
    int next = super.read();
    count(next < 0 ? 0 : 1);
    return next;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    count(Math.max(0, count));
    return count;
  }

  @Override
  public long skip(long count) {
    throw new UnsupportedOperationException("skipped bytes are not counted");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int more) throws IOException {
    read += more;
    if (read > most) {
      throw new IOException("more than " + most + " bytes");
    }
  }
}
