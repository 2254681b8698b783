package io.github.refragstreams.it;

import java.net.InetAddress;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;

/** Somebody who asks an authorizer without a connection. */
record Caller(String user) implements AuthorizableRequestContext {
  @Override
  public KafkaPrincipal principal() {
    return new KafkaPrincipal(KafkaPrincipal.USER_TYPE, user.substring("User:".length()));
  }

  @Override
  public InetAddress clientAddress() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public String listenerName() {
    return "SASL_PLAINTEXT";
  }

  @Override
  public SecurityProtocol securityProtocol() {
    return SecurityProtocol.SASL_PLAINTEXT;
  }

  @Override
  public int requestType() {
    return 0;
  }

  @Override
  public int requestVersion() {
    return 0;
  }

  @Override
  public String clientId() {
    return "test";
  }

  @Override
  public int correlationId() {
    return 0;
  }
}
