package dev.broadsheet.feedback;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Stands before an IMAP server and hides some of what it can. */
final class OlderImap implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int behind;
    private final List<String> lacking;

    OlderImap(int behind, List<String> lacking) throws IOException {
        this.behind = behind;
        this.lacking = lacking;
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            Socket real = new Socket("localhost", behind);
            start(() -> client.getInputStream().transferTo(real.getOutputStream()));
            start(() -> answer(real.getInputStream(), client.getOutputStream()));
        }
    }

    private void answer(InputStream from, OutputStream to) throws IOException {
        InputStream in = new BufferedInputStream(from);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            line.write(octet);
            if (octet == '\n' || in.available() == 0) {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                if (text.contains("CAPABILITY")) {
                    for (String word : lacking) {
                        text = text.replace(" " + word, "");
                    }
                }
                to.write(text.getBytes(StandardCharsets.ISO_8859_1));
                to.flush();
                line.reset();
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // one of both has hung up
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
