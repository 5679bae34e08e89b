package io.casemate.hsm;

final class SoftHsmMatrix extends ModuleMatrix {
    @Override
    String module() {
        return "softhsm";
    }
}
