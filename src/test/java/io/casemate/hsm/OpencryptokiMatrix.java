package io.casemate.hsm;

final class OpencryptokiMatrix extends ModuleMatrix {
    @Override
    String module() {
        return "opencryptoki";
    }
}
