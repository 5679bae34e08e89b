package io.casemate.hsm.jna;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** A loaded module and the functions of its {@code CK_FUNCTION_LIST}, on 64-bit Linux: {@code CK_ULONG} is 8 bytes. */
final class FunctionTable {
    /** {@code RTLD_NOW | RTLD_LOCAL}: a missing symbol shows now, and no module sees the symbols of another. */
    private static final int OPEN_FLAGS = 2;

    /** {@code CK_VERSION} with its padding. */
    private static final long FIRST_FUNCTION = 8;

    /** Keeps the library mapped for as long as its functions can be called. */
    private final NativeLibrary library;

    private final Map<CFunction, Function> functions;

    private FunctionTable(NativeLibrary library, Map<CFunction, Function> functions) {
        this.library = library;
        this.functions = functions;
    }

    /** Loads the module at {@code path}; nothing of it is initialised yet. */
    static FunctionTable load(Path path) {
        if (Native.POINTER_SIZE != Long.BYTES || Native.LONG_SIZE != Long.BYTES) {
            throw unusable("a 64-bit Linux is needed to talk to " + path, null);
        }
        if (!Files.isRegularFile(path)) {
            throw unusable(
                    "there is no file " + path + "; install the HSM's PKCS#11 library or correct its path", null);
        }
        try {
            NativeLibrary library =
                    NativeLibrary.getInstance(path.toString(), Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS));
            return new FunctionTable(library, functions(library));
        } catch (UnsatisfiedLinkError e) {
            throw unusable(path + " cannot be loaded as a PKCS#11 library: " + e.getMessage(), e);
        }
    }

    private static Map<CFunction, Function> functions(NativeLibrary library) {
        PointerByReference list = new PointerByReference();
        long rv = library.getFunction(CFunction.C_GetFunctionList.name()).invokeLong(new Object[] {list});
        if (rv != 0) {
            throw Failures.of(rv, CFunction.C_GetFunctionList);
        }
        Map<CFunction, Function> functions = new EnumMap<>(CFunction.class);
        long at = FIRST_FUNCTION;
        for (CFunction name : CFunction.values()) {
            Pointer entry = list.getValue().getPointer(at);
            if (entry != null) {
                functions.put(name, Function.getFunction(entry));
            }
            at += Native.POINTER_SIZE;
        }
        return functions;
    }

    private static FaultException unusable(String advice, Throwable cause) {
        return new Fault.HsmFailed("LIBRARY_NOT_LOADED", "dlopen", HsmProblem.SETUP, advice).causedBy(cause);
    }

    /** Calls and throws the fault of any answer but {@code CKR_OK}. Arguments are {@code Long} and {@code Pointer}. */
    void call(CFunction function, Object... arguments) {
        long rv = answer(function, arguments);
        if (rv != 0) {
            throw Failures.of(rv, function);
        }
    }

    /** Calls and returns the {@code CK_RV}. */
    long answer(CFunction function, Object... arguments) {
        Function target = functions.get(function);
        return target == null ? Ckr.CKR_FUNCTION_NOT_SUPPORTED.code() : target.invokeLong(arguments);
    }

    @Override
    public String toString() {
        return library.getFile().toString();
    }
}
