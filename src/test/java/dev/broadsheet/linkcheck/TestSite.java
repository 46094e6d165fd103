package dev.broadsheet.linkcheck;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web site on this machine, which remembers what it was asked. What it was not told about is not found. */
final class TestSite implements AutoCloseable {

    interface Page {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> userAgents = new CopyOnWriteArrayList<>();

    private final ConcurrentMap<String, Page> pages = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    TestSite() {
        try {
            server = HttpServer.create(new InetSocketAddress(0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    void page(String path, Page page) {
        pages.put(path, page);
    }

    void status(String path, int status) {
        page(path, exchange -> exchange.sendResponseHeaders(status, -1));
    }

    void redirect(String path, int status, String to) {
        page(path, exchange -> {
            exchange.getResponseHeaders().set("Location", to);
            exchange.sendResponseHeaders(status, -1);
        });
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The same site under another name. */
    String otherUrl(String path) {
        return url(path).replace("127.0.0.1", "localhost");
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            userAgents.add(String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent")));
            pages.getOrDefault(exchange.getRequestURI().toString(), e -> e.sendResponseHeaders(404, -1))
                    .answer(exchange);
        } catch (IOException e) {
            // who asked has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
