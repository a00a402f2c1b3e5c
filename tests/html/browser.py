"""Chromium without a window, told what to do through its DevTools protocol over a pipe: no packages but chromium itself."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def installed():
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


class Page:
    """One page. Errors of its scripts, and what it writes to the console as one, are kept in `errors`."""

    def __init__(self, width=1400, height=900, scheme="light", patience=60):
        self.folder = tempfile.mkdtemp(prefix="heddle-chromium-")
        self.patience = patience
        self.errors, self.events, self.answers = [], [], {}
        self.waiting, self.number = b"", 0
        to_child, to_us = os.pipe(), os.pipe()
        command = [installed(), "--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                   "--disable-dev-shm-usage", "--no-first-run", f"--user-data-dir={self.folder}", f"--window-size={width},{height}"]
        self.write_end, self.read_end = to_child[1], to_us[0]

        def ends():  # Chromium reads commands from 3 and writes answers to 4
            a, b = os.dup(to_child[0]), os.dup(to_us[1])
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(command, preexec_fn=ends, close_fds=False, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child[0])
        os.close(to_us[1])
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.tell(domain + ".enable")
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    session = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        shutil.rmtree(self.folder, ignore_errors=True)

    def tell(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        return self.answer(self.number)

    def answer(self, number):
        until = time.monotonic() + self.patience
        while number not in self.answers:
            self.hear(until)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        return answer["result"]

    def hear(self, until):
        if not select.select([self.read_end], [], [], max(until - time.monotonic(), 0))[0]:
            raise TimeoutError("Chromium does not answer")
        more = os.read(self.read_end, 1 << 16)
        if not more:
            raise RuntimeError("Chromium has ended")
        self.waiting += more
        *messages, self.waiting = self.waiting.split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.note(message["method"], message.get("params", {}))

    def note(self, method, parameters):
        self.events.append(method)
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.errors.append(parameters["entry"]["text"])

    def open(self, path, fragment=""):
        """Returns after how many seconds the page could be used."""
        self.tell("Page.navigate", url="about:blank")  # another place in the same page would not be loaded
        self.value("0")
        self.events.clear()
        begin = time.monotonic()
        self.tell("Page.navigate", url="file://" + os.path.abspath(path) + fragment)
        while "Page.loadEventFired" not in self.events:
            self.hear(begin + self.patience)
        self.value("document.body.offsetHeight")
        return time.monotonic() - begin

    def value(self, expression):
        answer = self.tell("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "an exception"))
        return answer["result"].get("value")

    KEYS = {"ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "Tab": 9, "Enter": 13}

    def press(self, key, shift=False):
        text = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.tell("Input.dispatchKeyEvent", type=kind, key=key, modifiers=8 if shift else 0,
                      windowsVirtualKeyCode=self.KEYS.get(key, ord(key[0].upper())), **(text if kind == "keyDown" else {}))

    def picture(self, path):
        data = self.tell("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as out:
            out.write(base64.b64decode(data))
