package io.github.refragstreams.serde;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's registry client 7.5 and Flink's coder of the wire format over it, with an Avro of
 * their own, all relocated in one jar that is loaded apart from everything else.
 */
final class ConfluentClient implements AutoCloseable {
  private static final String FLINK = "org.apache.flink.";
  private static final String CONFLUENT =
      FLINK + "avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.";
  private static final String AVRO = FLINK + "avro.shaded.org.apache.avro.";

  private final URLClassLoader loader;
  private final Object client;

  ConfluentClient(String url) {
    loader = new URLClassLoader(jars(), ClassLoader.getPlatformClassLoader());
    client =
        make(
            CONFLUENT + "client.CachedSchemaRegistryClient",
            types(String.class, int.class),
            url,
            100);
  }

  /** Registers the text of a schema. */
  int register(String subject, String schema) {
    return (int)
        call(client, "register", types(String.class, parsedSchema()), subject, avroSchema(schema));
  }

  /** The id of a schema that the subject holds. */
  int id(String subject, String schema) {
    return (int)
        call(client, "getId", types(String.class, parsedSchema()), subject, avroSchema(schema));
  }

  /** The text of the schema with this id. */
  String schemaById(int id) {
    Object schema = call(client, "getSchemaById", types(int.class), id);
    return (String) call(schema, "canonicalString", types());
  }

  boolean testCompatibility(String subject, String schema) {
    return (boolean)
        call(
            client,
            "testCompatibility",
            types(String.class, parsedSchema()),
            subject,
            avroSchema(schema));
  }

  void setCompatibility(String subject, String level) {
    call(client, "updateCompatibility", types(String.class, String.class), subject, level);
  }

  String compatibility(String subject) {
    return (String) call(client, "getCompatibility", types(String.class), subject);
  }

  /** Reads a record of the wire format and writes what it has read under the subject. */
  byte[] copy(String subject, byte[] record) {
    Object coder =
        make(
            FLINK + "formats.avro.registry.confluent.ConfluentSchemaRegistryCoder",
            types(String.class, type(CONFLUENT + "client.SchemaRegistryClient")),
            subject,
            client);
    ByteArrayInputStream in = new ByteArrayInputStream(record);
    Object schema = call(coder, "readSchema", types(InputStream.class), in);
    Object datum = read(schema, in.readAllBytes());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    call(coder, "writeSchema", types(type(AVRO + "Schema"), OutputStream.class), schema, out);
    write(schema, datum, out);
    return out.toByteArray();
  }

  private Object read(Object schema, byte[] body) {
    Class<?> decoderType = type(AVRO + "io.BinaryDecoder");
    Object factory = callStatic(AVRO + "io.DecoderFactory", "get");
    Object decoder = call(factory, "binaryDecoder", types(byte[].class, decoderType), body, null);
    Object reader = make(AVRO + "generic.GenericDatumReader", types(type(AVRO + "Schema")), schema);
    return call(reader, "read", types(Object.class, type(AVRO + "io.Decoder")), null, decoder);
  }

  private void write(Object schema, Object datum, OutputStream out) {
    Class<?> encoderType = type(AVRO + "io.BinaryEncoder");
    Object factory = callStatic(AVRO + "io.EncoderFactory", "get");
    Object encoder =
        call(factory, "directBinaryEncoder", types(OutputStream.class, encoderType), out, null);
    Object writer = make(AVRO + "generic.GenericDatumWriter", types(type(AVRO + "Schema")), schema);
    call(writer, "write", types(Object.class, type(AVRO + "io.Encoder")), datum, encoder);
    call(encoder, "flush", types());
  }

  @Override
  public void close() {
    call(client, "close", types());
    try {
      loader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Object avroSchema(String text) {
    return make(CONFLUENT + "avro.AvroSchema", types(String.class), text);
  }

  private Class<?> parsedSchema() {
    return type(CONFLUENT + "ParsedSchema");
  }

  private static URL[] jars() {
    Path folder = Path.of(System.getProperty("confluent.client"));
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(ConfluentClient::url).toArray(URL[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Class<?>[] types(Class<?>... types) {
    return types;
  }

  private Class<?> type(String name) {
    try {
      return loader.loadClass(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object make(String name, Class<?>[] types, @Nullable Object... arguments) {
    return apart(() -> type(name).getConstructor(types).newInstance(arguments));
  }

  private Object callStatic(String name, String method) {
    return apart(() -> type(name).getMethod(method).invoke(null));
  }

  private Object call(
      Object target, String method, Class<?>[] types, @Nullable Object... arguments) {
    return apart(() -> target.getClass().getMethod(method, types).invoke(target, arguments));
  }

  private interface Reflective {
    Object call() throws ReflectiveOperationException;
  }

  /** Some of the relocated code finds its parts through the thread's class loader. */
  private Object apart(Reflective call) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return call.call();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
