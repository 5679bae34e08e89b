package io.casemate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The building plan of docs/architecture.md, as a test. */
@AnalyzeClasses(packages = "io.casemate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.casemate.";

    /** Ground floor first. A room may use rooms on lower floors only. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("kernel"),
            List.of("json"),
            List.of("crypto", "doctor", "log", "metrics", "archive", "os"),
            List.of("storage", "hsm"),
            List.of("barrier", "seal"),
            List.of("audit", "engine", "policy"),
            List.of("auth", "identity", "lease", "quota"),
            List.of("token", "mount"),
            List.of("core"),
            List.of("sys"),
            List.of("http"),
            List.of("config"),
            List.of("cli"),
            List.of("bootstrap"));

    private static final Map<String, Integer> FLOOR_OF = new HashMap<>();

    static {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            for (String room : FLOORS.get(floor)) {
                FLOOR_OF.put(room, floor);
            }
        }
    }

    /** Third-party code and the one place it may be named. */
    private static final Map<String, String[]> FENCES = Map.ofEntries(
            Map.entry("io.helidon..", rooms("http", "config", "bootstrap")),
            Map.entry("org.yaml..", rooms("config")),
            Map.entry("com.sun.jna..", rooms("hsm.jna", "os")),
            Map.entry("java.lang.foreign..", rooms()),
            Map.entry("org.mapdb..", rooms("storage.mapdb")),
            Map.entry("org.h2..", rooms("storage.mvstore")),
            Map.entry("io.prometheus..", rooms("metrics")),
            Map.entry("com.fasterxml..", rooms("json")),
            Map.entry("org.bouncycastle..", rooms("crypto", "engine.pki")),
            Map.entry("com.exceptionfactory..", rooms("crypto")),
            Map.entry("javax.crypto..", rooms("crypto")));

    /** Sub-packages that are no plug-ins but the lower storey of their own room; {@link RoomArchitectureTest} has more. */
    private static final Map<String, String> STOREYS = Map.of("hsm.jna", "hsm");

    @ArchTest
    static final ArchRule every_room_is_on_the_plan = classes().should(haveAFloor());

    @ArchTest
    static final ArchRule arrows_point_down = classes().should(dependOnlyOnLowerFloors());

    @ArchTest
    static final ArchRule rooms_have_no_cycles =
            slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_bootstrap_names_plugins = classes().should(notDependOnAnotherPlugin());

    @ArchTest
    static void libraries_stay_behind_their_fence(com.tngtech.archunit.core.domain.JavaClasses all) {
        FENCES.forEach((library, rooms) -> noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .allowEmptyShould(true)
                .check(all));
    }

    @ArchTest
    static final ArchRule engines_see_views_and_signers_only = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "engine..", ROOT + "auth..", ROOT + "core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "storage..", ROOT + "hsm..");

    @ArchTest
    static final ArchRule the_doctor_looks_from_outside = classes()
            .that()
            .resideInAPackage(ROOT + "doctor..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "javax.net.ssl..",
                    "com.sun.management..",
                    ROOT + "doctor..",
                    ROOT + "kernel..",
                    ROOT + "json.."));

    @ArchTest
    static final ArchRule secrets_are_exposed_in_few_rooms = noClasses()
            .that()
            .resideOutsideOfPackages(rooms("kernel", "crypto", "barrier", "seal", "hsm", "token", "http"))
            .should()
            .callMethod(SecretBytes.class, "expose");

    @ArchTest
    static final ArchRule time_comes_from_the_injected_clock = noClasses()
            .that()
            .resideOutsideOfPackages(rooms("bootstrap", "cli"))
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule randomness_is_secure = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .callMethod(Math.class, "random");

    @ArchTest
    static final ArchRule one_exception_crosses_rooms = classes()
            .that()
            .areAssignableTo(Throwable.class)
            .and()
            .arePublic()
            .and()
            .resideOutsideOfPackage(ROOT + "cli..") // its own end in it: RoomArchitectureTest
            .should()
            .be(FaultException.class);

    @ArchTest
    static final ArchRule nobody_declares_bare_exceptions =
            methods().should().notDeclareThrowableOfType(Exception.class);

    @ArchTest
    static final ArchRule names_say_what_things_are = noClasses()
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameStartingWith("Abstract");

    @ArchTest
    static final ArchRule no_mutable_statics =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule classes_are_final_or_seams = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotAnonymousClasses()
            .should()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule kernel_knows_only_the_jdk = classes()
            .that()
            .resideInAPackage(ROOT + "kernel..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "javax.net.ssl..", ROOT + "kernel.."));

    @ArchTest
    static final ArchRule only_the_cli_prints = noClasses()
            .that()
            .resideOutsideOfPackages(rooms("cli", "bootstrap"))
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    private static String[] rooms(String... names) {
        return java.util.Arrays.stream(names).map(n -> ROOT + n + "..").toArray(String[]::new);
    }

    private static String roomOf(JavaClass type) {
        String rest = type.getPackageName()
                .substring(Math.min(ROOT.length(), type.getPackageName().length()));
        return rest.isEmpty() ? "" : rest.split("\\.")[0];
    }

    /** {@code "engine.pki"} for anything below that package; empty for a class in a room's own package. */
    private static String pluginOf(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.");
        return ours(type) && parts.length > 3 ? parts[2] + "." + parts[3] : "";
    }

    private static boolean ours(JavaClass type) {
        return type.getPackageName().startsWith(ROOT);
    }

    private static ArchCondition<JavaClass> haveAFloor() {
        return condition("live in a room of the plan", (type, events) -> {
            if (!FLOOR_OF.containsKey(roomOf(type))) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " is in no room of the plan"));
            }
        });
    }

    private static ArchCondition<JavaClass> dependOnlyOnLowerFloors() {
        return condition("depend only on lower floors", (type, events) -> {
            for (Dependency d : type.getDirectDependenciesFromSelf()) {
                JavaClass target = d.getTargetClass();
                if (ours(target)
                        && !roomOf(target).equals(roomOf(type))
                        && FLOOR_OF.get(roomOf(target)) >= FLOOR_OF.get(roomOf(type))) {
                    events.add(SimpleConditionEvent.violated(d, d.getDescription()));
                }
            }
        });
    }

    private static ArchCondition<JavaClass> notDependOnAnotherPlugin() {
        return condition("not depend on another plug-in", (type, events) -> {
            for (Dependency d : type.getDirectDependenciesFromSelf()) {
                String target = pluginOf(d.getTargetClass());
                if (!target.isEmpty()
                        && !target.equals(pluginOf(type))
                        && !roomOf(type).equals("bootstrap")
                        && !RoomArchitectureTest.hasStoreys(d.getTargetClass())
                        && !STOREYS.getOrDefault(target, "").equals(roomOf(type))) {
                    events.add(SimpleConditionEvent.violated(d, d.getDescription()));
                }
            }
        });
    }

    private static ArchCondition<JavaClass> condition(
            String text, java.util.function.BiConsumer<JavaClass, ConditionEvents> check) {
        return new ArchCondition<>(text) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                check.accept(type, events);
            }
        };
    }
}
