package io.github.refragstreams.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.github.refragstreams.model",
    importOptions = ImportOption.DoNotIncludeTests.class)
class EngineBoundaryTest {
  @ArchTest
  static final ArchRule engineStaysInItsPackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("..model.internal.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "ai.djl.onnxruntime..", "ai.djl.ndarray..")
          .because("the engine must stay replaceable");

  @ArchTest
  static final ArchRule tokenizersStayInTheirPackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("..model.internal.text..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.huggingface..");

  @ArchTest
  static final ArchRule knowsNothingOfKafka =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");
}
