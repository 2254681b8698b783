/**
 * Micro-benchmarks of what runs per query outside the models.
 *
 * <pre>
 * mvn -q -pl bench -am package -DskipTests
 * java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main
 * </pre>
 */
@NullMarked
package io.github.refragstreams.bench;

import org.jspecify.annotations.NullMarked;
