package io.github.refragstreams.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A certificate for 127.0.0.1 that nobody has signed, made by the JDK's keytool.
 *
 * @param store key and certificate, as PKCS12
 * @param password of the store
 * @param pem the certificate
 */
record BrokerCertificate(byte[] store, String password, String pem) {
  static BrokerCertificate make(Path folder) throws IOException, InterruptedException {
    String password = UUID.randomUUID().toString();
    Path store = folder.resolve("broker.p12");
    keytool(
        store,
        password,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=broker",
        "-ext",
        "SAN=ip:127.0.0.1",
        "-storetype",
        "PKCS12");
    Path pem = folder.resolve("broker.pem");
    keytool(store, password, "-exportcert", "-rfc", "-file", pem.toString());
    return new BrokerCertificate(Files.readAllBytes(store), password, Files.readString(pem));
  }

  private static void keytool(Path store, String password, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder keytool =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    for (String argument : arguments) {
      keytool.command().add(argument);
    }
    keytool.command().add("-alias");
    keytool.command().add("broker");
    keytool.command().add("-keystore");
    keytool.command().add(store.toString());
    keytool.command().add("-storepass");
    keytool.command().add(password);
    Path log = store.resolveSibling("keytool.log");
    int status = keytool.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
    if (status != 0) {
      throw new IOException("keytool ended with " + status + ": " + Files.readString(log));
    }
  }
}
