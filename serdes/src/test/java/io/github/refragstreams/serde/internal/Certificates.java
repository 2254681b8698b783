package io.github.refragstreams.serde.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates that the JDK's {@code keytool} makes in a test's folder. */
final class Certificates {
  static final String PASSWORD = "changeit-1";

  private static final char[] SECRET = PASSWORD.toCharArray();
  private static final Base64.Encoder MIME =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private final Path folder;

  Certificates(Path folder) {
    this.folder = folder;
  }

  /** A PKCS12 store with a key pair of this name, whose certificate is good for 127.0.0.1. */
  Path keyStore(String name) throws IOException {
    Path file = folder.resolve(name + ".p12");
    keytool(
        List.of(
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=" + name,
            "-ext",
            "SAN=IP:127.0.0.1",
            "-validity",
            "3650",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString()));
    return file;
  }

  /** A store of the given type that trusts the certificates of a key store. */
  Path trustStore(Path keyStore, String type) throws IOException, GeneralSecurityException {
    Path file = folder.resolve(keyStore.getFileName() + ".trust." + type);
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, SECRET);
    store.setCertificateEntry("trusted", certificate(load(keyStore)));
    try (var out = Files.newOutputStream(file)) {
      store.store(out, SECRET);
    }
    return file;
  }

  /** The certificate of a key store as PEM. */
  static String certificatePem(Path keyStore) throws IOException, GeneralSecurityException {
    return pem("CERTIFICATE", certificate(load(keyStore)).getEncoded());
  }

  /** Key and certificate of a key store as PEM. */
  static String keyPem(Path keyStore) throws IOException, GeneralSecurityException {
    KeyStore store = load(keyStore);
    byte[] key = store.getKey(alias(store), SECRET).getEncoded();
    return pem("PRIVATE KEY", key) + certificatePem(keyStore);
  }

  /** What a server needs that shows one key store's certificate and trusts another's. */
  static SSLContext server(Path keyStore, Path trustStore)
      throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(keyStore), SECRET);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load(trustStore));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, SECRET);
    }
    return store;
  }

  private static Certificate certificate(KeyStore store) throws GeneralSecurityException {
    return store.getCertificate(alias(store));
  }

  private static String alias(KeyStore store) throws GeneralSecurityException {
    return store.aliases().nextElement();
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, MIME.encodeToString(der), type);
  }

  private static void keytool(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("keytool failed: " + output);
    }
  }
}
