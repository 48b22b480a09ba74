"""CloudWatch metrics and Logs, as boto3 speaks to them."""

import datetime
import time

from session import client, main, refused

cloudwatch = client("cloudwatch")
logs = client("logs")
NOW = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
DIMENSIONS = [{"Name": "who", "Value": "e2e"}]


def statistics(**more):
    request = {
        "Namespace": "e2e", "MetricName": "latency", "Dimensions": DIMENSIONS, "Period": 60,
        "StartTime": NOW - datetime.timedelta(minutes=10), "EndTime": NOW + datetime.timedelta(minutes=1),
        "Statistics": ["Sum", "Average", "Minimum", "Maximum", "SampleCount"],
    }
    points = cloudwatch.get_metric_statistics(**{**request, **more})["Datapoints"]
    return sorted(points, key=lambda point: point["Timestamp"])


def check_points_become_statistics():
    moments = [NOW - datetime.timedelta(minutes=2), NOW - datetime.timedelta(minutes=1)]
    data = [
        {"MetricName": "latency", "Dimensions": DIMENSIONS, "Timestamp": moments[0], "Value": 1.0, "Unit": "Seconds"},
        {"MetricName": "latency", "Dimensions": DIMENSIONS, "Timestamp": moments[0], "Value": 3.0, "Unit": "Seconds"},
        {"MetricName": "latency", "Dimensions": DIMENSIONS, "Timestamp": moments[1], "Values": [2.0, 8.0], "Counts": [3.0, 1.0], "Unit": "Seconds"},
    ]
    cloudwatch.put_metric_data(Namespace="e2e", MetricData=data)
    first, second = statistics()
    assert (first["Sum"], first["Average"], first["Minimum"], first["Maximum"], first["SampleCount"]) == (4, 2, 1, 3, 2), first
    assert (second["Sum"], second["SampleCount"], second["Maximum"]) == (14, 4, 8), second
    assert first["Unit"] == "Seconds" and first["Timestamp"] == moments[0], first
    assert statistics(Dimensions=[]) == [], "a series is the name with all its dimensions"


def check_queries():
    def query(statistic):
        metric = {"Namespace": "e2e", "MetricName": "latency", "Dimensions": DIMENSIONS}
        return {"Id": statistic.lower(), "MetricStat": {"Metric": metric, "Period": 60, "Stat": statistic}}

    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[query("Sum"), query("Maximum")], ScanBy="TimestampAscending",
        StartTime=NOW - datetime.timedelta(minutes=10), EndTime=NOW + datetime.timedelta(minutes=1),
    )["MetricDataResults"]
    assert {result["Id"]: result["Values"] for result in answer} == {"sum": [4.0, 14.0], "maximum": [3.0, 8.0]}, answer


def check_metrics_are_listed():
    found = cloudwatch.list_metrics(Namespace="e2e")["Metrics"]
    assert found == [{"Namespace": "e2e", "MetricName": "latency", "Dimensions": DIMENSIONS}], found
    assert cloudwatch.list_metrics(Namespace="other")["Metrics"] == []


def check_what_is_no_metric():
    refused(
        lambda: cloudwatch.put_metric_data(Namespace="e2e", MetricData=[{"MetricName": "x", "Value": float("nan")}]),
        "InvalidParameterValue",
    )
    refused(lambda: statistics(Period=7), "InvalidParameterValue")


def check_logs():
    logs.create_log_group(logGroupName="/e2e")
    refused(lambda: logs.create_log_group(logGroupName="/e2e"), "ResourceAlreadyExistsException")
    logs.create_log_stream(logGroupName="/e2e", logStreamName="s")
    start = int(time.time() * 1000)
    events = [{"timestamp": start + number, "message": f"line {number}"} for number in range(250)]
    logs.put_log_events(logGroupName="/e2e", logStreamName="s", logEvents=events)
    found, token = [], None
    while True:
        more = {"nextToken": token} if token else {}
        page = logs.get_log_events(logGroupName="/e2e", logStreamName="s", startFromHead=True, limit=100, **more)
        if page["nextForwardToken"] == token:
            break
        found += [event["message"] for event in page["events"]]
        token = page["nextForwardToken"]
    assert found == [f"line {number}" for number in range(250)], len(found)
    streams = logs.describe_log_streams(logGroupName="/e2e")["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["s"], streams
    matching = logs.filter_log_events(logGroupName="/e2e", filterPattern='"line 24"')["events"]
    assert len(matching) == 11, matching
    refused(lambda: logs.get_log_events(logGroupName="/none", logStreamName="s"), "ResourceNotFoundException")
    logs.delete_log_group(logGroupName="/e2e")
    assert logs.describe_log_groups(logGroupNamePrefix="/e2e")["logGroups"] == []


main(globals())
