package io.casemate.metrics;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * All that the server counts and measures of itself. Names are given with dots ({@code vault.core.handle_request}) and shown
 * with underscores to Prometheus, as dashboards for other servers of this API expect them; durations are in milliseconds for
 * the same reason.
 */
public final class Meters {
    private static final double[] PARTS = {0.5, 0.9, 0.99};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<String, String> dotted = new ConcurrentHashMap<>();

    /** Measures durations. */
    public Timer timer(String name, String help) {
        Timer timer = new Timer(System::nanoTime);
        String flat = flat(name);
        registry.register((Collector) () -> SummarySnapshot.builder()
                .name(flat)
                .help(help)
                .dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                        .count(timer.count())
                        .sum(timer.millis())
                        .quantiles(quantiles(timer))
                        .build())
                .build());
        return timer;
    }

    private static Quantiles quantiles(Timer timer) {
        double[] values = timer.quantiles(PARTS);
        Quantiles.Builder all = Quantiles.builder();
        for (int i = 0; i < PARTS.length; i++) {
            all.quantile(PARTS[i], values[i]);
        }
        return all.build();
    }

    /** Counts events. Shown without a type, because a counter's name would have to end in {@code _total}. */
    public Count count(String name, String help) {
        Count count = new Count();
        String flat = flat(name);
        registry.register((Collector) () -> UnknownSnapshot.builder()
                .name(flat)
                .help(help)
                .dataPoint(UnknownDataPointSnapshot.builder()
                        .value((double) count.value())
                        .build())
                .build());
        return count;
    }

    /** Shows a value that is asked for when somebody looks. */
    public void gauge(String name, String help, DoubleSupplier value) {
        String flat = flat(name);
        registry.register((Collector) () -> GaugeSnapshot.builder()
                .name(flat)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(value.getAsDouble())
                        .build())
                .build());
    }

    /** Shows several values of one name, told apart by {@code label}. */
    public void gauges(String name, String help, String label, Supplier<Map<String, Double>> values) {
        String flat = flat(name);
        registry.register((Collector) () -> {
            GaugeSnapshot.Builder all = GaugeSnapshot.builder().name(flat).help(help);
            values.get()
                    .forEach((key, value) -> all.dataPoint(GaugeDataPointSnapshot.builder()
                            .labels(Labels.of(label, key))
                            .value(value)
                            .build()));
            return all.build();
        });
    }

    /** Prometheus's text format, version 0.0.4, in UTF-8. */
    public byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return out.toByteArray();
    }

    /** The same as a JSON object, in the shape of the API's own format. */
    public Map<String, Object> json(Instant now) {
        List<Object> gauges = new ArrayList<>();
        List<Object> counters = new ArrayList<>();
        List<Object> samples = new ArrayList<>();
        for (MetricSnapshot each : registry.scrape()) {
            String name = dotted.getOrDefault(
                    each.getMetadata().getName(), each.getMetadata().getName());
            switch (each) {
                case GaugeSnapshot gauge ->
                    gauge.getDataPoints()
                            .forEach(point -> gauges.add(value(name, point.getLabels(), point.getValue())));
                case UnknownSnapshot count ->
                    count.getDataPoints().forEach(point -> counters.add(counter(name, point.getValue())));
                case SummarySnapshot summary ->
                    summary.getDataPoints()
                            .forEach(point -> samples.add(sample(name, point.getCount(), point.getSum())));
                default -> throw new IllegalStateException("nobody registers a " + each.getClass());
            }
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("Timestamp", now.toString());
        all.put("Gauges", gauges);
        all.put("Points", List.of());
        all.put("Counters", counters);
        all.put("Samples", samples);
        return all;
    }

    private static Map<String, Object> value(String name, Labels labels, double value) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Name", name);
        row.put("Value", number(value));
        Map<String, Object> shown = new LinkedHashMap<>();
        labels.forEach(label -> shown.put(label.getName(), label.getValue()));
        row.put("Labels", shown);
        return row;
    }

    private static Map<String, Object> counter(String name, double value) {
        return Map.of("Name", name, "Count", (long) value, "Sum", (long) value, "Labels", Map.of());
    }

    private static Map<String, Object> sample(String name, long count, double sum) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Name", name);
        row.put("Count", count);
        row.put("Sum", number(sum));
        row.put("Mean", number(count == 0 ? 0 : sum / count));
        row.put("Labels", Map.of());
        return row;
    }

    /** JSON has no such numbers. */
    private static java.math.BigDecimal number(double value) {
        return Double.isFinite(value) ? java.math.BigDecimal.valueOf(value) : java.math.BigDecimal.ZERO;
    }

    private String flat(String name) {
        String flat = name.replace('.', '_').replace('-', '_');
        dotted.put(flat, name);
        return flat;
    }
}
