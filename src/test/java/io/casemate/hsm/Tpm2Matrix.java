package io.casemate.hsm;

final class Tpm2Matrix extends ModuleMatrix {
    @Override
    String module() {
        return "tpm2";
    }
}
