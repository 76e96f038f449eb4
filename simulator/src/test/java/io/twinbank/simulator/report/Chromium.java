// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import io.twinbank.hal.contract.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A browser without a window, driven over its DevTools protocol; one page at a time. */
final class Chromium {
    private static final String LISTENING = "DevTools listening on ";
    private static final int SECONDS = 30;

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Map<String, Object>> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> loads = new LinkedBlockingQueue<>();
    private final Process process;
    private final WebSocket socket;
    private String session = "";
    private long last;

    Chromium(Path profile) throws Exception {
        process = new ProcessBuilder(
                        Part.CHROMIUM.path().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address(process.errorReader())), new Listener())
                .get(SECONDS, TimeUnit.SECONDS);
        Object target = call("Target.createTarget", "{\"url\":\"about:blank\"}").get("targetId");
        session = (String) call("Target.attachToTarget", "{\"targetId\":\"" + target + "\",\"flatten\":true}")
                .get("sessionId");
        call("Runtime.enable", "{}");
        call("Log.enable", "{}");
        call("Page.enable", "{}");
    }

    private static String address(BufferedReader stderr) throws IOException {
        for (String line = stderr.readLine(); line != null; line = stderr.readLine()) {
            if (line.startsWith(LISTENING)) {
                // whatever it says later nobody reads: it must not block on a full pipe
                Thread drain = new Thread(() -> stderr.lines().forEach(rest -> {}), "chromium-stderr");
                drain.setDaemon(true);
                drain.start();
                return line.substring(LISTENING.length());
            }
        }
        throw new IOException("the browser ended without an address");
    }

    /** Opens a page and waits until it has drawn itself. */
    void open(Path page, String fragment, int width, int height, boolean dark) throws Exception {
        errors.clear();
        call(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":false}");
        call(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]}");
        // to another fragment of the same page it wouldn't load it again
        load("about:blank");
        load(page.toUri() + fragment);
        until("document.documentElement.dataset.ready === 'true'");
    }

    private void load(String url) throws Exception {
        loads.clear();
        call("Page.navigate", "{\"url\":\"" + url + "\"}");
        if (loads.poll(SECONDS, TimeUnit.SECONDS) == null) {
            throw new IllegalStateException(url + " doesn't load");
        }
    }

    /** Waits until a JavaScript condition holds; a frame at a time, in the page. */
    void until(String condition) throws Exception {
        Object held = evaluate("(async () => { const end = performance.now() + " + 1000 * SECONDS / 2 + ";"
                + " while (!(" + condition + ") && performance.now() < end) await new Promise(requestAnimationFrame);"
                + " return Boolean(" + condition + "); })()");
        if (!held.equals(true)) {
            throw new AssertionError("never: " + condition);
        }
    }

    /** The value of a JavaScript expression: a string, boolean, long or double. */
    @SuppressWarnings("unchecked")
    Object evaluate(String expression) throws Exception {
        Map<String, Object> answer = call("Runtime.evaluate", JsonReport.text(json -> {
            json.writeStringField("expression", expression);
            json.writeBooleanField("awaitPromise", true);
            json.writeBooleanField("returnByValue", true);
        }));
        if (answer.containsKey("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return ((Map<String, Object>) answer.get("result")).get("value");
    }

    String text(String selector) throws Exception {
        return (String) evaluate("document.querySelector('" + selector + "').innerText");
    }

    /** Clicks where a person would: in the middle of an element, scrolled into sight. */
    void click(String selector) throws Exception {
        evaluate("document.querySelector('" + selector + "').scrollIntoView({ block: 'center' })");
        String box = "document.querySelector('" + selector + "').getBoundingClientRect()";
        clickAt(box + ".left + " + box + ".width / 2", box + ".top + " + box + ".height / 2");
    }

    /** Clicks at a place of the window that two JavaScript expressions give. */
    void clickAt(String x, String y) throws Exception {
        String place = ",\"x\":" + evaluate(x) + ",\"y\":" + evaluate(y) + ",\"button\":\"left\",\"clickCount\":1}";
        call("Input.dispatchMouseEvent", "{\"type\":\"mouseMoved\"" + place);
        call("Input.dispatchMouseEvent", "{\"type\":\"mousePressed\"" + place);
        call("Input.dispatchMouseEvent", "{\"type\":\"mouseReleased\"" + place);
    }

    void press(String key) throws Exception {
        String text = key.equals("Enter") ? ",\"text\":\"\\r\"" : key.length() == 1 ? ",\"text\":\"" + key + "\"" : "";
        call("Input.dispatchKeyEvent", "{\"type\":\"keyDown\",\"key\":\"" + key + "\"" + text + "}");
        call("Input.dispatchKeyEvent", "{\"type\":\"keyUp\",\"key\":\"" + key + "\"}");
    }

    void screenshot(Path file) throws Exception {
        Object data = call("Page.captureScreenshot", "{\"captureBeyondViewport\":true}")
                .get("data");
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode((String) data));
    }

    /** What the console and the page complained of since it was opened. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> call(String method, String parameters) throws Exception {
        long id = ++last;
        String inSession = session.isEmpty() ? "" : "\"sessionId\":\"" + session + "\",";
        socket.sendText(
                        "{\"id\":" + id + "," + inSession + "\"method\":\"" + method + "\",\"params\":" + parameters
                                + "}",
                        true)
                .get(SECONDS, TimeUnit.SECONDS);
        Map<String, Object> answer = answers.poll(SECONDS, TimeUnit.SECONDS);
        while (answer != null && !answer.get("id").equals(id)) {
            answer = answers.poll(SECONDS, TimeUnit.SECONDS); // that one was late
        }
        if (answer == null || answer.containsKey("error")) {
            throw new IllegalStateException(method + " got " + answer);
        }
        return (Map<String, Object>) answer.get("result");
    }

    void quit() throws Exception {
        List<ProcessHandle> children = process.descendants().toList();
        session = "";
        call("Browser.close", "{}");
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        // they write into the profile until they end, and the test deletes it
        for (ProcessHandle child : children) {
            child.onExit().get(SECONDS, TimeUnit.SECONDS);
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean whole) {
            message.append(data);
            if (whole) {
                try {
                    take(Json.object(message.toString()));
                } catch (IOException broken) {
                    errors.add(broken.toString());
                }
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(Map<String, Object> received) {
            String method = String.valueOf(received.get("method"));
            String details = String.valueOf(received.get("params"));
            if (received.containsKey("id")) {
                answers.add(received);
            } else if (method.equals("Page.loadEventFired")) {
                loads.add(method);
            } else if (method.equals("Runtime.exceptionThrown")
                    || method.equals("Runtime.consoleAPICalled") && details.contains("type=error")
                    || method.equals("Log.entryAdded") && details.contains("level=error")) {
                errors.add(method + " " + details);
            }
        }
    }
}
