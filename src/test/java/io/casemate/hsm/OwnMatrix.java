package io.casemate.hsm;

final class OwnMatrix extends ModuleMatrix {
    @Override
    String module() {
        return "own";
    }
}
