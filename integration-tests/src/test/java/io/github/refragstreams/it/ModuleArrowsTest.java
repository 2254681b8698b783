package io.github.refragstreams.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Which module may use which. A module without classes fails, so none is missed. */
@AnalyzeClasses(
    packages = ModuleArrowsTest.BASE,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleArrowsTest {
  static final String BASE = "io.github.refragstreams";
  private static final String SCHEMAS = "schemas";
  private static final String SERDES = "serde";
  private static final String MODEL = "model";
  private static final String TOPOLOGY = "topology";
  private static final String APP = "app";

  @ArchTest
  static final ArchRule modulesUseOnlyThoseBelowThem =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer(SCHEMAS)
          .definedBy(packageOf(SCHEMAS))
          .layer(SERDES)
          .definedBy(packageOf(SERDES))
          .layer(MODEL)
          .definedBy(packageOf(MODEL))
          .layer(TOPOLOGY)
          .definedBy(packageOf(TOPOLOGY))
          .layer(APP)
          .definedBy(packageOf(APP))
          .whereLayer(SCHEMAS)
          .mayNotAccessAnyLayer()
          .whereLayer(SERDES)
          .mayOnlyAccessLayers(SCHEMAS)
          .whereLayer(MODEL)
          .mayNotAccessAnyLayer()
          .whereLayer(TOPOLOGY)
          .mayOnlyAccessLayers(SCHEMAS, SERDES, MODEL)
          .whereLayer(APP)
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule theModelKnowsNothingOfKafka =
      noClasses()
          .that()
          .resideInAPackage(packageOf(MODEL))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule onlyTheModelSeesTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage(packageOf(MODEL))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "ai.onnxruntime..");

  @ArchTest
  static void internalsStayInTheirModule(JavaClasses classes) {
    for (String module : List.of(SCHEMAS, SERDES, MODEL, TOPOLOGY, APP)) {
      noClasses()
          .that()
          .resideOutsideOfPackage(packageOf(module))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "." + module + "..internal..")
          .check(classes);
    }
  }

  private static String packageOf(String module) {
    return BASE + "." + module + "..";
  }
}
