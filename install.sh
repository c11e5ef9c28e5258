#!/bin/sh
RELEASES=
