package io.github.refragstreams.topology.internal.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.topology.CancelHeader;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Origin;
import org.apache.kafka.common.header.Header;

/** Which query a record without value takes back. */
public final class CancelCheck {
  private final Check check;

  public CancelCheck(Limits limits) {
    this.check = new Check(limits);
  }

  /**
   * @throws io.github.refragstreams.topology.internal.refusal.UnusableRecordException when the
   *     record names none
   */
  public String queryId(Origin origin) {
    Header header = origin.headers().lastHeader(CancelHeader.QUERY_ID);
    byte[] id = header == null ? origin.key() : header.value();
    if (id == null) {
      throw Check.refuse(
          ErrorCode.NO_VALUE,
          "the record has no value, and neither its key nor header "
              + CancelHeader.QUERY_ID
              + " names a query to cancel");
    }
    String text = new String(id, UTF_8);
    check.id(header == null ? "the key" : CancelHeader.QUERY_ID, text);
    return text;
  }
}
