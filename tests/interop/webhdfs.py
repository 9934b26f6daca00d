#!/usr/bin/env python3
"""WebHDFS: answers byte for byte, Apache's own WebHdfsFileSystem, and PyPI's hdfs, on our NameNode and DataNodes."""

import http.client
import json
import os
import random
import re
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import apache_hadoop
import python_venv

MIB = 1 << 20
FILE_BYTES = 40 * MIB
DFS_SECONDS = 180
PYPI_HDFS = ["hdfs==2.7.3", "requests==2.32.3"]
PREFIX = "/webhdfs/v1"

PYPI_SCRIPT = """
import hashlib, io, sys
from hdfs import InsecureClient, HdfsError
client = InsecureClient(sys.argv[1], user=sys.argv[2])
data = bytes(range(256)) * 4096
client.makedirs("/pypi/deep", permission=755)
client.write("/pypi/file", io.BytesIO(data), overwrite=True, blocksize=1048576, replication=1)
with client.read("/pypi/file", offset=5, length=1000) as reader:
    assert reader.read() == data[5:1005]
with client.read("/pypi/file", chunk_size=65536) as reader:
    assert b"".join(reader) == data
assert client.list("/pypi") == ["deep", "file"]
assert client.status("/pypi/file")["length"] == len(data)
assert client.content("/pypi")["fileCount"] == 1
assert client.checksum("/pypi/file")["algorithm"].endswith("CRC32C")
client.rename("/pypi/file", "/pypi/moved")
client.set_permission("/pypi/moved", "600")
client.set_times("/pypi/moved", 1000, 2000)
client.set_replication("/pypi/moved", 2)
status = client.status("/pypi/moved")
assert (status["permission"], status["modificationTime"], status["replication"]) == ("600", 2000, 2) or status["accessTime"] == 1000, status
assert client.status("/pypi/none", strict=False) is None
try:
    client.write("/pypi/moved", b"x")
    raise SystemExit("an existing file was written over")
except HdfsError as error:
    assert error.exception == "FileAlreadyExistsException", error.exception
assert client.delete("/pypi", recursive=True)
print("done")
"""


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    def exception(self):
        return self.json()["RemoteException"]


class WebHdfs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.cluster = cls.enterClassContext(support.Cluster("webhdfs", datanodes=2, settings={
            "hadoop.proxyuser.knox.hosts": "*", "hadoop.proxyuser.knox.groups": "*", "dfs.ls.limit": "10"}))
        cls.namenode = cls.cluster.layout.http_address("namenode")
        cls.user = os.environ.get("USER") or __import__("getpass").getuser()

    def ask(self, method, path, address=None, body=None, headers=None, **query):
        connection = http.client.HTTPConnection(address or self.namenode, timeout=30)
        query.setdefault("user.name", self.user)
        target = PREFIX + urllib.parse.quote(path) + "?" + urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})
        connection.request(method, target, body=body, headers=headers or {})
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def follow(self, method, path, body=None, **query):
        """The two steps of an operation that a DataNode answers."""
        first = self.ask(method, path, **query)
        self.assertEqual(first.status, 307, first.body)
        self.assertEqual(first.body, b"")
        url = urllib.parse.urlsplit(first.headers["location"])
        connection = http.client.HTTPConnection(url.netloc, timeout=60)
        connection.request(method, f"{url.path}?{url.query}", body=body)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def put(self, path, data, **query):
        answer = self.follow("PUT", path, body=data, op="CREATE", **query)
        self.assertEqual(answer.status, 201, answer.body)
        return answer

    # --- the wire

    def test_create_names_everything_the_datanode_must_know(self):
        answer = self.ask("PUT", "/a b", op="CREATE", overwrite="true", createflag="create,overwrite", permission="640")
        location = answer.headers["location"]
        self.assertRegex(location, rf"^http://[^/]+/webhdfs/v1/a%20b\?op=CREATE&user\.name={self.user}&namenoderpcaddress=[^&]+"
                                   r"&createflag=CREATE%252COVERWRITE&createparent=true&overwrite=true&permission=640$")
        self.assertRegex(answer.headers["set-cookie"], rf'^hadoop\.auth="u={self.user}&p={self.user}&t=simple&e=\d+&s=[^"]+"; Path=/; HttpOnly$')
        said = self.ask("PUT", "/a b", op="CREATE", noredirect="true")
        self.assertEqual(said.status, 200)
        self.assertRegex(said.json()["Location"], "op=CREATE")

    def test_a_file_goes_up_and_comes_down(self):
        data = random.Random(1).randbytes(5 * MIB + 7)
        created = self.put("/up/file", data, permission="640", replication="1", blocksize=str(MIB))
        self.assertRegex(created.headers["location"], "^hdfs://[^/]+/up/file$")
        self.assertEqual(self.follow("GET", "/up/file", op="OPEN").body, data)
        part = self.follow("GET", "/up/file", op="OPEN", offset=str(MIB - 3), length="10")
        self.assertEqual(part.body, data[MIB - 3:MIB + 7])
        self.assertEqual(part.headers["content-length"], "10")
        status = self.ask("GET", "/up/file", op="GETFILESTATUS").json()["FileStatus"]
        self.assertEqual((status["length"], status["permission"], status["blockSize"], status["type"]), (len(data), "640", MIB, "FILE"))
        checksum = self.follow("GET", "/up/file", op="GETFILECHECKSUM").json()["FileChecksum"]
        self.assertEqual((checksum["algorithm"], checksum["length"], len(checksum["bytes"])), ("MD5-of-2048MD5-of-512CRC32C", 28, 64))
        blocks = self.ask("GET", "/up/file", op="GETFILEBLOCKLOCATIONS").json()["BlockLocations"]["BlockLocation"]
        self.assertEqual([block["length"] for block in blocks], [MIB] * 5 + [7])

    def test_errors_are_remote_exceptions(self):
        missing = self.ask("GET", "/none", op="GETFILESTATUS")
        self.assertEqual(missing.status, 404)
        self.assertEqual(missing.exception(), {"exception": "FileNotFoundException", "javaClassName": "java.io.FileNotFoundException",
                                               "message": "File does not exist: /none"})
        self.put("/taken", b"x")
        taken = self.follow("PUT", "/taken", body=b"y", op="CREATE")
        self.assertEqual((taken.status, taken.exception()["exception"]), (403, "FileAlreadyExistsException"))
        denied = self.ask("PUT", "/denied", op="MKDIRS", **{"user.name": "nobody1"})
        self.assertEqual((denied.status, denied.exception()["exception"]), (403, "AccessControlException"))
        for query, message in (({"op": "FOO"}, 'Invalid value for webhdfs parameter "op": java.lang.IllegalArgumentException: '
                                               "FOO is not a valid GET operation."),
                               ({"op": None}, "op=NULL is not supported"),
                               ({"op": "OPEN", "offset": "-1"}, 'Invalid value for webhdfs parameter "offset": '
                                "java.lang.IllegalArgumentException: Invalid parameter range: offset = -1 < 0"),
                               ({"op": "CHECKACCESS"}, "Required param fsaction for op: CHECKACCESS is null or empty")):
            bad = self.ask("GET", "/", **query)
            self.assertEqual((bad.status, bad.exception()["message"]), (400, message))

    def test_who_asks(self):
        home = lambda **query: self.ask("GET", "/", op="GETHOMEDIRECTORY", **query)
        self.assertEqual(home(**{"user.name": None}).json(), {"Path": "/user/dr.who"})
        self.assertEqual(home(**{"user.name": "knox", "doas": "bob"}).json(), {"Path": "/user/bob"})
        refused = home(**{"user.name": "bob", "doas": "knox"})
        self.assertEqual((refused.status, refused.exception()["message"]), (403, "User: bob is not allowed to impersonate knox"))
        # A cookie that was given out is good as a name; none is given for it again.
        cookie = home(**{"user.name": "knox"}).headers["set-cookie"].split(";")[0]
        again = self.ask("GET", "/", headers={"Cookie": cookie}, op="GETHOMEDIRECTORY", doas="bob", **{"user.name": "knox"})
        self.assertEqual(again.json(), {"Path": "/user/bob"})
        self.assertNotIn("set-cookie", again.headers)

    def test_a_long_directory_comes_whole(self):
        for number in range(25):
            self.assertEqual(self.ask("PUT", f"/long/d{number:02}", op="MKDIRS").json(), {"boolean": True})
        answer = self.ask("GET", "/long", op="LISTSTATUS")
        self.assertEqual(answer.headers.get("transfer-encoding"), "chunked")
        names = [entry["pathSuffix"] for entry in answer.json()["FileStatuses"]["FileStatus"]]
        self.assertEqual(names, [f"d{number:02}" for number in range(25)])
        batch = self.ask("GET", "/long", op="LISTSTATUS_BATCH", startafter="d20").json()["DirectoryListing"]
        self.assertEqual([entry["pathSuffix"] for entry in batch["partialListing"]["FileStatuses"]["FileStatus"]], ["d21", "d22", "d23", "d24"])
        self.assertEqual(batch["remainingEntries"], 0)

    def test_the_namenode_does_not_read_a_body(self):
        answer = self.ask("PUT", "/body", body=b"b" * MIB, op="CREATE")
        self.assertEqual(answer.status, 307)

    # --- clients of others

    def test_apache_web_hdfs_file_system(self):
        apache_hadoop.ensure()
        source = os.path.join(self.scratch, "source")
        chance = random.Random(3)
        with open(source, "wb") as file:
            for _ in range(FILE_BYTES // MIB):
                file.write(chance.randbytes(MIB))
        conf = self.cluster.conf()

        def dfs(*arguments, check=True):
            command = apache_hadoop.command("dfs", "-fs", f"webhdfs://{self.namenode}", *arguments, conf=conf)
            return support.run(command, dict(os.environ, HADOOP_CONF_DIR=conf), check=check, seconds=DFS_SECONDS)

        dfs("-mkdir", "-p", "/web/in/deep")
        dfs("-put", source, "/web/in/file")
        self.assertRegex(dfs("-ls", "-R", "/web").stdout, rf"(?m)^-rw-r--r--   2 \S+ \S+ +{FILE_BYTES} \S+ \S+ /web/in/file$")
        back = os.path.join(self.scratch, "back")
        dfs("-get", "/web/in/file", back)
        self.assertEqual(support.md5(back), support.md5(source))
        self.assertRegex(dfs("-checksum", "/web/in/file").stdout, r"MD5-of-0MD5-of-512CRC32C")
        self.assertRegex(dfs("-count", "/web").stdout, rf"^ +3 +1 +{FILE_BYTES} ")
        dfs("-chmod", "600", "/web/in/file")
        dfs("-mv", "/web/in/file", "/web/moved")
        self.assertEqual(dfs("-test", "-e", "/web/in/file", check=False).returncode, 1)
        self.assertEqual(dfs("-stat", "%a %o %r", "/web/moved").stdout, f"600 {128 * MIB} 2\n")
        dfs("-rm", "-r", "-skipTrash", "/web")
        gone = dfs("-ls", "/web", check=False)
        self.assertEqual(gone.returncode, 1)
        self.assertIn("ls: `/web': No such file or directory", gone.stderr)

    def test_pypi_hdfs(self):
        python = python_venv.ensure("pypi-hdfs", PYPI_HDFS)
        done = support.run([python, "-c", PYPI_SCRIPT, f"http://{self.namenode}", self.user], dict(os.environ, no_proxy="*"), seconds=DFS_SECONDS)
        self.assertEqual(done.stdout, "done\n")


if __name__ == "__main__":
    support.main()
