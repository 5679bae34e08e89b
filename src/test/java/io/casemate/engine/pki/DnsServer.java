package io.casemate.engine.pki;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A recursive resolver on loopback that knows a few names (RFC 1035): A, AAAA, TXT, CAA, and CNAME in front of them. */
public final class DnsServer implements AutoCloseable {
    private static final int CNAME = 5;
    private static final int TXT = 16;
    private static final int CAA = 257;

    private final DatagramSocket socket;
    private final Map<String, List<String>> records = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    public DnsServer() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    public int asked() {
        return asked.get();
    }

    /** Sets what {@code name} has: type A, AAAA, TXT, CAA (as in zone files, without quotes) or CNAME. */
    public void put(String name, String type, String... values) {
        records.put(name.toLowerCase(Locale.ROOT) + " " + type, List.of(values));
    }

    public void clear() {
        records.clear();
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        try {
            while (!socket.isClosed()) {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                asked.incrementAndGet();
                byte[] answer = answer(buffer, question.getLength());
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private byte[] answer(byte[] question, int length) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = 12;
        while (question[at] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(question, at + 1, question[at], StandardCharsets.US_ASCII));
            at += question[at] + 1;
        }
        int type = ((question[at + 1] & 0xFF) << 8) | (question[at + 2] & 0xFF);
        int end = at + 5;
        String asking = name.toString().toLowerCase(Locale.ROOT);
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(rows);
        int count = 0;
        List<String> alias = records.getOrDefault(asking + " CNAME", List.of());
        if (!alias.isEmpty()) {
            row(out, asking, CNAME, labels(alias.getFirst()));
            asking = alias.getFirst();
            count++;
        }
        String word = switch (type) {
            case 1 -> "A";
            case TXT -> "TXT";
            case 28 -> "AAAA";
            case CAA -> "CAA";
            default -> "";
        };
        for (String value : records.getOrDefault(asking + " " + word, List.of())) {
            byte[] data = switch (type) {
                case TXT -> text(value);
                case CAA -> authorization(value);
                default -> InetAddress.ofLiteral(value).getAddress();
            };
            row(out, asking, type, data);
            count++;
        }
        boolean known = records.keySet().stream()
                .anyMatch(key -> key.startsWith(name.toString().toLowerCase(Locale.ROOT) + " "));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(whole);
        head.write(question, 0, 2);
        head.writeShort(known ? 0x8180 : 0x8183);
        head.writeShort(1);
        head.writeShort(count);
        head.writeInt(0);
        head.write(question, 12, Math.min(end, length) - 12);
        head.write(rows.toByteArray());
        return whole.toByteArray();
    }

    private static void row(DataOutputStream out, String owner, int type, byte[] data) throws IOException {
        out.write(labels(owner));
        out.writeShort(type);
        out.writeShort(1);
        out.writeInt(1);
        out.writeShort(data.length);
        out.write(data);
    }

    /** RFC 8659 section 4.1: such as {@code 0 issue ca.example.com}. */
    private static byte[] authorization(String value) {
        String[] parts = value.split(" ", 3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(parts[0]));
        out.write(parts[1].length());
        out.writeBytes((parts[1] + parts[2]).getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] text(String value) {
        byte[] bytes = new byte[value.length() + 1];
        bytes[0] = (byte) value.length();
        System.arraycopy(value.getBytes(StandardCharsets.US_ASCII), 0, bytes, 1, value.length());
        return bytes;
    }

    private static byte[] labels(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
