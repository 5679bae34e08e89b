package io.casemate.bootstrap;

import io.casemate.core.ProductInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this build says of itself. */
final class Product {
    /** The API's version as clients parse it: they enable features by it. Not ours: see {@link #OWN}. */
    static final String API_VERSION = "1.19.5";

    private static final Properties BUILT = read();

    /** Casemate's own version. */
    static final String OWN = BUILT.getProperty("version");

    /** Of the release, RFC 3339. */
    static final String BUILD_DATE = BUILT.getProperty("date");

    private Product() {}

    /** The same, with the operator's name for the server. */
    static ProductInfo info(String clusterName) {
        return new ProductInfo(API_VERSION, OWN, BUILD_DATE, "mvstore", clusterName);
    }

    /** Written by the build. */
    private static Properties read() {
        Properties built = new Properties();
        try (InputStream in = Product.class.getResourceAsStream("product.properties")) {
            built.load(in);
            return built;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
