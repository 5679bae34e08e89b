package io.casemate.hsm;

final class NssMatrix extends ModuleMatrix {
    @Override
    String module() {
        return "nss";
    }
}
