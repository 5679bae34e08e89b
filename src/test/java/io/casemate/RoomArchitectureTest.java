package io.casemate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;

/** The insides of the rooms that have storeys: the second page of the building plan in docs/architecture.md. */
@AnalyzeClasses(packages = "io.casemate", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomArchitectureTest {
    private static final String ROOT = "io.casemate.";

    /** Lowest storey first; a package uses itself and lower storeys only. The empty name is the room's own package. */
    private static final Map<String, List<List<String>>> STOREYS = Map.of(
            "cli",
            List.of(
                    List.of("local"),
                    List.of("flag"),
                    List.of("http"),
                    List.of("output"),
                    List.of("command"),
                    List.of("ceremony", "data"),
                    List.of("kv", "mount", "operator", "pki", "policy", "token"),
                    List.of("")),
            "core",
            List.of(List.of(""), List.of("lease", "request", "upkeep")));

    @ArchTest
    static final ArchRule packages_use_lower_storeys_only = classes().should(standOnLowerStoreys());

    @ArchTest
    static final ArchRule the_cli_is_a_client_like_any_other = classes()
            .that()
            .resideInAPackage(ROOT + "cli..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "javax.net.ssl..",
                    ROOT + "archive..",
                    ROOT + "cli..",
                    ROOT + "doctor..",
                    ROOT + "kernel..",
                    ROOT + "json.."));

    @ArchTest
    static final ArchRule exceptions_of_the_cli_end_in_it = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "cli..").and(assignableTo(Throwable.class)));

    /** Whether the packages of its room are storeys, and not plug-ins. */
    static boolean hasStoreys(JavaClass type) {
        return STOREYS.containsKey(part(type, 2));
    }

    private static ArchCondition<JavaClass> standOnLowerStoreys() {
        return new ArchCondition<>("use only their own package and lower storeys of their room") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!hasStoreys(type)) {
                    return;
                }
                int own = storey(type);
                for (Dependency d : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = d.getTargetClass();
                    if (part(type, 2).equals(part(target, 2))
                            && !part(type, 3).equals(part(target, 3))
                            && storey(target) >= own) {
                        events.add(SimpleConditionEvent.violated(d, d.getDescription()));
                    }
                }
            }
        };
    }

    /** The storey of a class in its room; fails for a package that is not on the plan. */
    private static int storey(JavaClass type) {
        List<List<String>> storeys = STOREYS.get(part(type, 2));
        for (int storey = 0; storey < storeys.size(); storey++) {
            if (storeys.get(storey).contains(part(type, 3))) {
                return storey;
            }
        }
        throw new AssertionError(type.getName() + " is on no storey of its room");
    }

    /** A part of the package's name: number 2 is the room, number 3 the package in it. */
    private static String part(JavaClass type, int index) {
        String[] parts = type.getPackageName().split("\\.");
        return type.getPackageName().startsWith(ROOT) && parts.length > index ? parts[index] : "";
    }
}
