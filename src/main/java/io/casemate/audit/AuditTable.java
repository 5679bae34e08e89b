package io.casemate.audit;

import io.casemate.barrier.View;
import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which devices are enabled, kept on a view (docs/formats/audit-table.md), and the broker kept in step with it. A device
 * that cannot be opened never keeps the server from unsealing: it refuses entries, and heals when its cause is gone.
 */
public final class AuditTable {
    private static final System.Logger LOG = System.getLogger("casemate.audit");
    private static final String CONFIGS = "d/";
    private static final String SALTS = "s/";
    private static final String HEADERS = "h/";
    private static final byte SALT_FORMAT = 1;
    private static final byte HEADER_FORMAT = 1;
    private static final int MOST_DEVICES = 64;

    private final View view;
    private final AuditBroker broker;
    private final List<AuditDevice.Factory> types;
    private final SecureRandom random;
    private final InstantSource clock;
    private final ReentrantLock changing = new ReentrantLock();
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final AuditedHeaders headers = new AuditedHeaders();

    /** A table that is not started: the broker refuses everything. */
    public AuditTable(
            View view, AuditBroker broker, List<AuditDevice.Factory> types, SecureRandom random, InstantSource clock) {
        this.view = view;
        this.broker = broker;
        this.types = List.copyOf(types);
        this.random = random;
        this.clock = clock;
    }

    /** Opens every device of the table; call it after unsealing, before any request is handled. */
    public void start() {
        locked(() -> {
            headers.use(storedHeaders());
            for (String path : view.list(CONFIGS, "", MOST_DEVICES)) {
                AuditDeviceConfig config = AuditDeviceConfig.read(
                        path.substring(CONFIGS.length()), view.get(path).orElseThrow());
                Row row = row(config, device(config), salt(config.path()));
                row.enabled().reopen();
                rows.put(config.path(), row);
            }
            publish();
        });
    }

    /** Closes every device and refuses everything; call it when sealing. */
    public void stop() {
        locked(() -> {
            broker.stop();
            rows.values().forEach(Row::close);
            rows.clear();
        });
    }

    /**
     * Enables a device, if it takes a test line, and durably.
     *
     * @throws FaultException {@code BadRequest} when the path is taken, the type unknown, an option wrong, or the device
     *     cannot be written
     */
    public void enable(AuditDeviceConfig config) {
        locked(() -> {
            if (rows.keySet().stream().anyMatch(each -> overlap(each, config.path()))) {
                throw Fault.badRequest("path is already in use at " + config.path());
            }
            if (rows.size() == MOST_DEVICES) {
                throw Fault.badRequest("there are " + MOST_DEVICES + " audit devices already: disable one first");
            }
            byte[] salt = new byte[HmacSha256.LENGTH];
            random.nextBytes(salt);
            Row row = row(config, type(config).create(config.path(), config.options()), salt.clone());
            try {
                prove(row);
                store(config, salt);
            } catch (FaultException e) {
                row.close();
                throw e;
            } finally {
                Arrays.fill(salt, (byte) 0);
            }
            rows.put(config.path(), row);
            publish();
        });
    }

    /** Disables a device and forgets its salt, so that its hashes can never be made again. False when there is none. */
    public boolean disable(String path) {
        String key = AuditDeviceConfig.canonical(path);
        return locked(() -> {
            if (!rows.containsKey(key)) {
                return false;
            }
            view.transact(editor -> {
                editor.delete(CONFIGS + key);
                editor.delete(SALTS + key);
                return true;
            });
            Row gone = rows.remove(key);
            publish();
            gone.close();
            return true;
        });
    }

    /** Every enabled device. */
    public List<AuditDeviceConfig> list() {
        return locked(() -> rows.values().stream().map(Row::config).toList());
    }

    /** How the device at {@code path} is, with why and since when; empty when there is none. */
    public Optional<AuditBroker.DeviceState> state(String path) {
        String key = AuditDeviceConfig.canonical(path);
        Row row = locked(() -> rows.get(key));
        return Optional.ofNullable(row).map(found -> found.enabled().state());
    }

    /** What {@code clear} looks like in the entries of the device at {@code path}; empty when there is none. */
    public Optional<String> hash(String path, String clear) {
        String key = AuditDeviceConfig.canonical(path);
        Row row = locked(() -> rows.get(key));
        return Optional.ofNullable(row).map(found -> found.enabled().redactor().hash(clear));
    }

    /** The request headers that stand in every device's entries, names in lower case, true for those that are hashed. */
    public SortedMap<String, Boolean> headers() {
        return headers.all();
    }

    /**
     * Lets a request header stand in the entries from now on, durably.
     *
     * @throws FaultException {@code BadRequest} for what is not the name of a header, or names one that carries a secret
     */
    public void auditHeader(String name, boolean hashed) {
        String key = AuditedHeaders.canonical(name);
        locked(() -> {
            Map<String, Boolean> more = storedHeaders();
            more.put(key, hashed);
            if (more.size() > AuditedHeaders.MOST) {
                throw Fault.badRequest(
                        "there are " + AuditedHeaders.MOST + " audited headers already: delete one first");
            }
            view.put(HEADERS + key, new byte[] {HEADER_FORMAT, (byte) (hashed ? 1 : 0)});
            headers.use(more);
        });
    }

    /** Takes back {@link #auditHeader}; correlation ids go back to what they are by default. */
    public void forgetHeader(String name) {
        String key = AuditedHeaders.canonical(name);
        locked(() -> {
            view.delete(HEADERS + key);
            headers.use(storedHeaders());
        });
    }

    private Map<String, Boolean> storedHeaders() {
        Map<String, Boolean> stored = new LinkedHashMap<>();
        for (String key : view.list(HEADERS, "", AuditedHeaders.MOST)) {
            byte[] record = view.get(key).orElseThrow();
            if (record.length != 2 || record[0] != HEADER_FORMAT) {
                throw new Fault.StorageFailed(
                                Fault.StorageProblem.NEWER,
                                "the record of audited header " + key + " is of another format")
                        .asException();
            }
            stored.put(key.substring(HEADERS.length()), record[1] == 1);
        }
        return stored;
    }

    private void prove(Row row) {
        if (AuditOptions.flag(row.config().options(), "skip_test", false)) {
            return;
        }
        try {
            row.enabled().device().reopen();
            row.enabled()
                    .device()
                    .write(row.enabled().redactor().test(UUID.randomUUID().toString()));
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of("the audit device does not take a test entry: " + e.getMessage()))
                    .causedBy(e);
        }
    }

    private void store(AuditDeviceConfig config, byte[] salt) {
        byte[] record = new byte[salt.length + 1];
        record[0] = SALT_FORMAT;
        System.arraycopy(salt, 0, record, 1, salt.length);
        view.transact(editor -> {
            editor.put(CONFIGS + config.path(), config.record());
            editor.put(SALTS + config.path(), record);
            return null;
        });
        Arrays.fill(record, (byte) 0);
    }

    private byte[] salt(String path) {
        byte[] record = view.get(SALTS + path).orElse(new byte[0]);
        if (record.length != HmacSha256.LENGTH + 1 || record[0] != SALT_FORMAT) {
            throw new Fault.StorageFailed(
                            Fault.StorageProblem.CORRUPT, "the salt of audit device " + path + " is missing or garbled")
                    .asException();
        }
        return Arrays.copyOfRange(record, 1, record.length);
    }

    /** A stored device of a type or option that this build does not know refuses every entry: never silently none. */
    private AuditDevice device(AuditDeviceConfig config) {
        try {
            return type(config).create(config.path(), config.options());
        } catch (FaultException e) {
            LOG.log(Level.ERROR, "audit device " + config.path() + " cannot be made: " + e.getMessage());
            return new RefusingDevice(e.getMessage());
        }
    }

    private AuditDevice.Factory type(AuditDeviceConfig config) {
        return types.stream()
                .filter(each -> each.type().equals(config.type()))
                .findFirst()
                .orElseThrow(() -> Fault.badRequest("unknown audit device type: \"" + config.type() + "\""));
    }

    private Row row(AuditDeviceConfig config, AuditDevice device, byte[] saltBytes) {
        try (SecretBytes salt = SecretBytes.owning(saltBytes)) {
            HmacSha256 hmac = new HmacSha256(salt);
            AuditOptions options = AuditOptions.of(config.options());
            Redactor redactor = new Redactor(hmac, options, headers, clock);
            return new Row(config, new EnabledDevice(config.path(), device, redactor, options, clock), hmac);
        }
    }

    private void publish() {
        broker.use(rows.values().stream().map(Row::enabled).toList());
    }

    private static boolean overlap(String one, String other) {
        return one.startsWith(other) || other.startsWith(one);
    }

    private void locked(Runnable work) {
        locked(() -> {
            work.run();
            return null;
        });
    }

    private <T> T locked(java.util.function.Supplier<T> work) {
        changing.lock();
        try {
            return work.get();
        } finally {
            changing.unlock();
        }
    }

    private record Row(AuditDeviceConfig config, EnabledDevice enabled, HmacSha256 salt) {
        void close() {
            enabled.close();
            salt.close();
        }
    }
}
