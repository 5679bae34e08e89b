package io.casemate.hsm;

final class P11KitMatrix extends ModuleMatrix {
    @Override
    String module() {
        return "p11kit";
    }
}
